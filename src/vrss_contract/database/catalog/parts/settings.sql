-- What is set for a role that a run made: nobody else has set anything for it but what a run needs.
SELECT json_agg(setting ORDER BY setting)
FROM pg_db_role_setting AS r
CROSS JOIN unnest(r.setconfig) AS setting
WHERE
    r.setrole = (SELECT u.oid FROM pg_roles AS u WHERE u.rolname = current_user)
    AND starts_with(current_user, 'vrss_contract_')
    AND (r.setdatabase = 0 OR r.setdatabase = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))
